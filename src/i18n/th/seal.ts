export const seal = {
  title: 'ปิดผนึกผลคะแนน',
} as const;
