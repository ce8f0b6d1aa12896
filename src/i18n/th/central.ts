export const central = {
  title: 'บันทึกข้อมูลส่วนกลาง',
} as const;
