export const search = {
  title: 'Search',
  nothing: 'Nothing found for “{{q}}”',
  nothingHint: 'Try a shorter word, the code of an indicator or the name of a province.',
  indicators: 'Indicators, {{round}}',
  offices: 'Offices (score report)',
};
