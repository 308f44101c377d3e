//! Two orders of the same entries made into one.
//!
//! Owns reciprocal rank fusion: what stands high in either order stands high, whatever the scores of the two mean.

use std::collections::BTreeMap;

/// How little the first places differ.
const K: f64 = 60.0;

/// All entries of the orders with their joint score, best first; of equal ones the one the first order has higher.
pub(super) fn fuse(orders: &[Vec<i64>]) -> Vec<(i64, f64)> {
    let mut scores: BTreeMap<i64, (f64, usize)> = BTreeMap::new();
    let mut place = 0;
    for order in orders {
        for (rank, id) in order.iter().enumerate() {
            let entry = scores.entry(*id).or_insert((0.0, place));
            entry.0 += 1.0 / (K + rank as f64 + 1.0);
            place += 1;
        }
    }
    let mut fused: Vec<(i64, (f64, usize))> = scores.into_iter().collect();
    fused.sort_by(|(_, (one, first)), (_, (other, second))| other.total_cmp(one).then(first.cmp(second)));
    fused.into_iter().map(|(id, (score, _))| (id, score)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_orders_have_stands_above_what_one_has() {
        let fused: Vec<i64> = fuse(&[vec![1, 2, 3], vec![4, 3, 5]]).into_iter().map(|(id, _)| id).collect();
        assert_eq!(fused, [3, 1, 4, 2, 5]);
        assert!(fuse(&[]).is_empty());
    }
}
