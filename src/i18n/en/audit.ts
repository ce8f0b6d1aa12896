export const audit = {
  title: 'AUDIT',
};
