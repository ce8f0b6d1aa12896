export const users = {
  title: 'User administration',
};
