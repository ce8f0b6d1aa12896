export const design = {
  title: 'Framework designer',
};
