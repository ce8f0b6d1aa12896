export const lint = {
  title: 'ผลการตรวจผังตัวชี้วัด',
} as const;
