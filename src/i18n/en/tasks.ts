export const tasks = {
  title: 'Work in progress',
};
