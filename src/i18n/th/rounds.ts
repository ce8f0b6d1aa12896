export const rounds = {
  title: 'รอบการรายงาน',
} as const;
