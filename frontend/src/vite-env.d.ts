declare module "altcha/external";
declare module "altcha/workers/*?worker" {
  const WorkerFactory: new () => Worker;
  export default WorkerFactory;
}
declare module "bootstrap/js/dist/*";
