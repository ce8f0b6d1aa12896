export const handbook = {
  title: 'คู่มือตัวชี้วัด',
} as const;
