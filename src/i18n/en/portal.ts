export const portal = {
  brand: 'PSDG SYSTEM',
  title: 'KPI reporting systems',
  intro: 'Choose the system that you want to use.',
  separateAccounts: 'Each system has accounts of its own: an account of one does not open another.',
};
