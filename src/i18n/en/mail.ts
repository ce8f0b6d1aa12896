export const mail = {
  title: 'Mail log',
};
