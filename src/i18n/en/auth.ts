export const auth = {
  title: 'Sign in',
  username: 'Username:',
  password: 'Password:',
  submit: 'Sign in',
  cancel: 'Cancel',
  forgotten: 'If you do not know your password or want it reset, please contact the KPI office (กพร.).',
  welcome: 'You are signed in.\nThe system is ready.',
  goodbye: 'You are signed out.',
  incomplete: 'Please enter username and password.',
  failed: 'Username or password is not correct. Please check and try again.',
  waitHint: 'You can try again in {{seconds}} s.',
  slowed: 'Several attempts in a row were wrong. Please wait {{seconds}} s and try again.',
};
