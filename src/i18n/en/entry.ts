export const entry = {
};
