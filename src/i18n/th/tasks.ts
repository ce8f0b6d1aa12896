export const tasks = {
  title: 'งานที่กำลังทำ',
} as const;
