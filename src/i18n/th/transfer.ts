export const transfer = {
  title: 'นำเข้า / ส่งออกผังตัวชี้วัด',
} as const;
