export const requests = {
  title: 'Requests to edit',
};
