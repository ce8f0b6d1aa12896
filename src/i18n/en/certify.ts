export const certify = {
};
