export const assignments = {
  title: 'รายการมอบหมายตัวชี้วัด',
} as const;
