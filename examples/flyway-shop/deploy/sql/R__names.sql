CREATE OR REPLACE VIEW product_names AS SELECT name FROM product ORDER BY name;
