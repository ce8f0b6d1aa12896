export const design = {
  title: 'กำหนดผังรายการตัวชี้วัด / ผู้รายงานผล / ผู้รับรองข้อมูล',
} as const;
