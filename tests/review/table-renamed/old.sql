create table client (id bigint primary key, name text not null, email text);
create table bill (id int primary key, client_id bigint references client);
create index client_email on client (email);
create policy own on client using (name = current_user);
create view names as select client.name from client;
create function first_client() returns bigint language sql as 'select min(id) from client';
