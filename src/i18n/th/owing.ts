export const owing = {
  title: 'รายการค้างรายงานและค้างรับรอง',
} as const;
