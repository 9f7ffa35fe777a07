create table colour (id int primary key, red int, green int, blue int);
create table item (id int primary key, colour_id int references colour);
