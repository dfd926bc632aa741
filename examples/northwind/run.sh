#!/bin/sh
# Northwind from nothing: check, plan, apply, import, prove. Everything is a cardwright command.
# What is made goes to var/ here; CARDWRIGHT_FOLDER and CARDWRIGHT_DATABASE_URL say otherwise.
set -eu
cd "$(dirname "$0")"

DATA=${NORTHWIND_DATA:-../../../shared/data/northwind}
PROOF=$(mktemp -d)
trap 'rm -rf "$PROOF"' EXIT
command -v cardwright >/dev/null || PATH="$(cd ../.. && pwd)/.venv/bin:$PATH"

cardwright check
cardwright plan
cardwright apply --yes

for name in categories suppliers shippers customers employees products orders order-details; do
  cardwright import "northwind_$(echo "$name" | tr - _)" "$DATA/$name.csv"
done

cardwright export sales_order "$PROOF/orders.xlsx" --column number --column amount
cardwright export sales_order_line "$PROOF/lines.xlsx" \
  --column head --column amount_exact --column amount
cardwright export customer "$PROOF/customers.csv"
cardwright export customer "$PROOF/without-orders.csv" \
  --where "sales_order none (number is not empty)"
cardwright export employee "$PROOF/employees.csv" --column code --column reports_to
python truths.py "$PROOF"
