export const lint = {
  title: 'Checks of the framework',
};
