package dev.assay.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {
    /** The first six as PyTorch's formula gives them for 100 steps and a peak of 0.1. */
    @ParameterizedTest
    @CsvSource({
        "ONE_CYCLE, 0, 100, 0.004",
        "ONE_CYCLE, 10, 100, 0.029516394846410082",
        "ONE_CYCLE, 29, 100, 0.1",
        "ONE_CYCLE, 30, 100, 0.09994965352845243",
        "ONE_CYCLE, 60, 100, 0.05892800902855288",
        "ONE_CYCLE, 99, 100, 4e-7",
        "ONE_CYCLE, 0, 1, 0.1",
        "COSINE, 0, 100, 0.1",
        "COSINE, 25, 100, 0.08535533905932738",
        "COSINE, 50, 100, 0.05",
        "COSINE, 99, 100, 0.0000246719817",
        "CONSTANT, 99, 100, 0.1"
    })
    void ratesArePinned(Schedule schedule, long step, long steps, double rate) {
        assertThat(schedule.rate(0.1, step, steps)).isCloseTo(rate, within(1e-12));
    }
}
