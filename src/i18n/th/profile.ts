export const profile = {
  title: 'แก้ไขข้อมูลส่วนบุคคล',
} as const;
