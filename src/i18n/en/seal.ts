export const seal = {
  title: 'Seal',
};
