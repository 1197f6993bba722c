// preset: rayon
// group: debian
// with: rayon
// variable: RAYON_NUM_THREADS
// force: RAYON_NUM_THREADS={threads}
// crates: rayon
use rayon::prelude::*;
use std::time::{Duration, Instant};

fn burn(seed: u32) -> f64 {
    let mut x = f64::from(seed);
    for _ in 0..200_000 {
        x = x.sin() + 1.0;
    }
    x
}

fn step() -> f64 {
    (0..64u32).into_par_iter().map(burn).sum()
}

fn main() {
    let seconds = std::env::var("CONFORMANCE_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(4.0);
    println!("@version rayon {}", env!("CONFORMANCE_CRATE_VERSION"));
    let mut total = step();
    println!("@work {}", std::process::id());
    let end = Instant::now() + Duration::from_secs_f64(seconds);
    let mut steps = 0;
    while Instant::now() < end {
        total += step();
        steps += 1;
    }
    println!("@done {steps}");
    assert!(total.is_finite());
}
