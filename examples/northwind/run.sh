#!/bin/sh
# Northwind from nothing: check, plan, apply, import, prove. Nothing here but cardwright commands.
set -eu
cd "$(dirname "$0")"

DATA=${NORTHWIND_DATA:-../../../shared/data/northwind}
CARDWRIGHT_FOLDER=${CARDWRIGHT_FOLDER:-$(mktemp -d)}
export CARDWRIGHT_FOLDER
PATH="$(cd ../.. && pwd)/.venv/bin:$PATH"

cardwright check pack
cardwright plan pack
cardwright apply pack --yes

for name in categories suppliers shippers customers employees products orders order-details; do
  cardwright import "northwind_$(echo "$name" | tr - _)" "$DATA/$name.csv"
done

cardwright export sales_order "$CARDWRIGHT_FOLDER/orders.xlsx"
cardwright export sales_order_line "$CARDWRIGHT_FOLDER/lines.xlsx"
cardwright export customer "$CARDWRIGHT_FOLDER/customers.csv"
python3 truths.py "$CARDWRIGHT_FOLDER"
