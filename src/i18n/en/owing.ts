export const owing = {
  title: 'What is still owed',
};
