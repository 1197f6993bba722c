// preset: tokio
// group: debian
// with: tokio
// variable: TOKIO_WORKER_THREADS
// force: TOKIO_WORKER_THREADS={threads}
// crates: tokio
use std::time::{Duration, Instant};

fn burn(seed: u32) -> f64 {
    let mut x = f64::from(seed);
    for _ in 0..200_000 {
        x = x.sin() + 1.0;
    }
    x
}

async fn step() -> f64 {
    let tasks: Vec<_> = (0..64u32).map(|seed| tokio::spawn(async move { burn(seed) })).collect();
    let mut total = 0.0;
    for task in tasks {
        total += task.await.unwrap();
    }
    total
}

fn main() {
    let seconds = std::env::var("CONFORMANCE_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(4.0);
    println!("@version tokio {}", env!("CONFORMANCE_CRATE_VERSION"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut total = step().await;
        println!("@work {}", std::process::id());
        let end = Instant::now() + Duration::from_secs_f64(seconds);
        let mut steps = 0;
        while Instant::now() < end {
            total += step().await;
            steps += 1;
        }
        println!("@done {steps}");
        assert!(total.is_finite());
    });
}
