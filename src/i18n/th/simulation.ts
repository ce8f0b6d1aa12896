export const simulation = {
  title: 'จำลองผลคะแนน',
} as const;
