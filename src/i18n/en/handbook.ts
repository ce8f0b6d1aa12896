export const handbook = {
  title: 'Indicator handbook',
};
