export const search = {
  title: 'ค้นหา',
  nothing: 'ไม่พบ “{{q}}”',
  nothingHint: 'ลองใช้คำที่สั้นลง รหัสตัวชี้วัด หรือชื่อจังหวัด',
  indicators: 'ตัวชี้วัด {{round}}',
  offices: 'หน่วยงาน (รายงานคะแนน)',
} as const;
