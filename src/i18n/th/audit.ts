export const audit = {
  title: 'AUDIT',
} as const;
