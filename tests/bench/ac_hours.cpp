// Solves the AC power flow of all hours of a problem file (tests/bench/peers/ac_cases.py) again and
// again: a line "limits" on the standard input starts a round with reactive limits, "fixed" one
// without, in which the straight Newton with KLU solves the peer's hours too; "end" ends. Prints
// CPU seconds and what came out as JSON, one line a round. The voltages of the last round without
// limits go to a file.
#include "kernels/ac_flow.hpp"
#include "kernels/runtime.hpp"
#include "klu_newton.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

namespace longyang::bench {
namespace {

double cpu_s() {
    return static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC);
}

template <class T>
void read(std::ifstream& file, std::vector<T>& values, std::size_t count) {
    values.resize(count);
    if (!file.read(reinterpret_cast<char*>(values.data()),
                   static_cast<std::streamsize>(count * sizeof(T)))) {
        throw std::runtime_error("the problem file ends early");
    }
}

AcProblem read_problem(const char* path) {
    std::ifstream file(path, std::ios::binary);
    std::vector<std::int64_t> size;
    read(file, size, 4);
    AcProblem p;
    p.buses = static_cast<std::size_t>(size[0]);
    p.hours = static_cast<std::size_t>(size[2]);
    const auto entries = static_cast<std::size_t>(size[1]);
    read(file, p.peer_hours, static_cast<std::size_t>(size[3]));
    read(file, p.row_begin, p.buses + 1);
    read(file, p.column, entries);
    read(file, p.g, entries);
    read(file, p.b, entries);
    read(file, p.kind, p.buses);
    for (auto* values : {&p.v_set, &p.q_min, &p.q_max, &p.start_v, &p.start_angle}) {
        read(file, *values, p.buses);
    }
    read(file, p.p, p.buses * p.hours);
    read(file, p.q, p.buses * p.hours);
    for (const std::int64_t hour : p.peer_hours) {
        for (std::size_t i = 0; i < p.buses; ++i) {
            p.peer_p.push_back(p.p[i * p.hours + static_cast<std::size_t>(hour)]);
            p.peer_q.push_back(p.q[i * p.hours + static_cast<std::size_t>(hour)]);
        }
    }
    return p;
}

/// Our answers, and largest |V conj(Y V) - S| over the load buses of every solved hour.
struct Answers {
    std::vector<double> v, angle, slack;
    std::vector<kernels::AcStatus> status;

    void make_room(const AcProblem& p) {
        v.resize(p.buses * p.hours);
        angle.resize(v.size());
        slack.resize(p.hours);
        status.resize(p.hours);
    }
    [[nodiscard]] double residual(const AcProblem& p) const {
        double worst = 0.0;
        std::vector<std::complex<double>> u(p.buses);
        for (std::size_t t = 0; t < p.hours; ++t) {
            if (status[t] == kernels::AcStatus::not_converged) {
                continue;
            }
            for (std::size_t i = 0; i < p.buses; ++i) {
                u[i] = std::polar(v[i * p.hours + t], angle[i * p.hours + t]);
            }
            for (std::size_t i = 0; i < p.buses; ++i) {
                worst = std::max(worst, residual_at(p, u, i, t));
            }
        }
        return worst;
    }

private:
    [[nodiscard]] static double residual_at(const AcProblem& p,
                                            const std::vector<std::complex<double>>& u,
                                            std::size_t i, std::size_t t) {
        if (p.kind[i] == 2) {
            return 0.0;
        }
        std::complex<double> current = 0.0;
        for (auto e = p.row_begin[i]; e < p.row_begin[i + 1]; ++e) {
            const auto at = static_cast<std::size_t>(e);
            current +=
                std::complex<double>(p.g[at], p.b[at]) * u[static_cast<std::size_t>(p.column[at])];
        }
        const std::complex<double> off =
            u[i] * std::conj(current) -
            std::complex<double>(p.p[i * p.hours + t], p.q[i * p.hours + t]);
        return p.kind[i] == 0 ? std::max(std::abs(off.real()), std::abs(off.imag()))
                              : std::abs(off.real());
    }
};

class Rounds {
public:
    explicit Rounds(const AcProblem& problem) : p_(problem), kinds_(problem.buses) {
        std::transform(p_.kind.begin(), p_.kind.end(), kinds_.begin(),
                       [](std::uint8_t kind) { return static_cast<kernels::AcBus>(kind); });
    }

    void run(bool limits) {
        Answers& answers = limits ? limited_ : answers_;
        answers.make_room(p_);
        const kernels::AcNetwork network{p_.buses, p_.row_begin, p_.column, p_.g, p_.b, kinds_, {}};
        kernels::AcHours hours{p_.hours, p_.p, p_.q, p_.v_set, {}, {}, p_.start_v, p_.start_angle};
        if (limits) {
            hours.q_min_pu = p_.q_min;
            hours.q_max_pu = p_.q_max;
        }
        kernels::AcAnswers to;
        to.v_pu = answers.v;
        to.angle_rad = answers.angle;
        to.slack_pu = answers.slack;
        to.status = answers.status;
        const double begin = cpu_s();
        const auto summary = kernels::solve_ac_hours(network, hours, {}, to);
        const double ours = cpu_s() - begin;
        double klu = 0.0;
        std::size_t klu_solved = 0;
        if (!limits) {
            const double klu_begin = cpu_s();
            klu_solved = klu_newton(p_, 1e-10, klu_voltages_);
            klu = cpu_s() - klu_begin;
        }
        const auto line = fmt::format(
            R"({{"ours_s": {}, "chord": {}, "newton": {}, "damped": {}, "open": {}, "failed": {}, )"
            R"("klu_s": {}, "klu_solved": {}, "klu_off_pu": {}, "residual_pu": {}}})",
            ours, summary.by_shared_factor, summary.by_own_newton, summary.by_damped_newton,
            summary.limits_open, summary.not_converged, klu, klu_solved, limits ? 0.0 : klu_off(),
            limits ? 0.0 : answers.residual(p_));
        std::puts(line.c_str());
        std::fflush(stdout);
    }

    void write(const char* path) const {
        std::ofstream file(path, std::ios::binary);
        for (const auto* values : {&answers_.v, &answers_.angle}) {
            file.write(reinterpret_cast<const char*>(values->data()),
                       static_cast<std::streamsize>(values->size() * sizeof(double)));
        }
    }

private:
    /// Largest difference between our voltages and the peer's in the hours that both solved.
    [[nodiscard]] double klu_off() const {
        double worst = 0.0;
        for (std::size_t k = 0; k < p_.peer_hours.size(); ++k) {
            const auto t = static_cast<std::size_t>(p_.peer_hours[k]);
            for (std::size_t i = 0; i < p_.buses; ++i) {
                const auto ours =
                    std::polar(answers_.v[i * p_.hours + t], answers_.angle[i * p_.hours + t]);
                const double* theirs = klu_voltages_.data() + (k * p_.buses + i) * 2;
                if (answers_.status[t] == kernels::AcStatus::solved && std::isfinite(theirs[0])) {
                    worst = std::max(worst,
                                     std::abs(ours - std::complex<double>(theirs[0], theirs[1])));
                }
            }
        }
        return worst;
    }

    const AcProblem& p_;
    std::vector<kernels::AcBus> kinds_;
    Answers answers_, limited_;
    std::vector<double> klu_voltages_;
};

} // namespace
} // namespace longyang::bench

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fputs("usage: ac_hours PROBLEM VOLTAGES\n", stderr);
        return 2;
    }
    try {
        const longyang::kernels::Runtime runtime;
        const auto problem = longyang::bench::read_problem(argv[1]);
        longyang::bench::Rounds rounds(problem);
        std::string word;
        while (std::cin >> word && word != "end") {
            rounds.run(word == "limits");
        }
        rounds.write(argv[2]);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 7;
    }
}
