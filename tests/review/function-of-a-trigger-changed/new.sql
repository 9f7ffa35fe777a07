create table t (a int);
create trigger tr before insert on t for each row execute function g();
create function g() returns trigger language plpgsql as 'begin return null; end';
