export const rounds = {
  title: 'Reporting rounds',
};
