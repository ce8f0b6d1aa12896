export const rehearsal = {
  title: 'ตรวจความพร้อมก่อนเปิดรอบ',
} as const;
