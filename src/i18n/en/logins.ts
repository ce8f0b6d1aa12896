export const logins = {
  title: 'Login history',
};
