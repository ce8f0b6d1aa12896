export const rehearsal = {
  title: 'Rehearsal',
};
