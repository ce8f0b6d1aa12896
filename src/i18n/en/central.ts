export const central = {
  title: 'Central data',
};
