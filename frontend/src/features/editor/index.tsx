export { default } from './editor-page';
