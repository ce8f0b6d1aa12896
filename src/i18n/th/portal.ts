export const portal = {
  brand: 'PSDG SYSTEM',
  title: 'ระบบรายงานตัวชี้วัด',
  intro: 'เลือกระบบที่ต้องการเข้าใช้งาน',
  separateAccounts: 'แต่ละระบบใช้บัญชีผู้ใช้งานแยกจากกัน บัญชีของระบบหนึ่งใช้เข้าอีกระบบหนึ่งไม่ได้',
} as const;
