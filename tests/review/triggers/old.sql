create table t (a int, b int);
create function g() returns trigger language plpgsql as 'begin return new; end';
create function h() returns trigger language plpgsql as 'begin return old; end';
create trigger one before insert on t for each row execute function g();
create trigger two before update on t for each row execute function g();
create trigger three after delete on t for each row execute function g();
