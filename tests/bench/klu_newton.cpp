#include "klu_newton.hpp"

#include <klu.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>

namespace longyang::bench {
namespace {

using Complex = std::complex<double>;

class KluNewton {
public:
    explicit KluNewton(const AcProblem& problem)
        : p_(problem), angle_(problem.buses, -1), magnitude_(problem.buses, -1) {
        klu_defaults(&common_);
        for (std::size_t i = 0; i < p_.buses; ++i) {
            if (p_.kind[i] != 2) {
                angle_[i] = unknowns_++;
            }
            if (p_.kind[i] == 0) {
                magnitude_[i] = unknowns_++;
            }
        }
        start_anew();
        make_pattern();
        symbolic_ = klu_analyze(unknowns_, begin_.data(), row_.data(), &common_);
    }
    ~KluNewton() {
        klu_free_numeric(&numeric_, &common_);
        klu_free_symbolic(&symbolic_, &common_);
    }
    KluNewton(const KluNewton&) = delete;
    KluNewton& operator=(const KluNewton&) = delete;
    KluNewton(KluNewton&&) = delete;
    KluNewton& operator=(KluNewton&&) = delete;

    /// Back to the case's voltages, as after an hour that was not solved.
    void start_anew() {
        v_.clear();
        for (std::size_t i = 0; i < p_.buses; ++i) {
            const double v = p_.kind[i] == 0 ? p_.start_v[i] : p_.v_set[i];
            v_.push_back(std::polar(v, p_.start_angle[i]));
        }
    }

    /// `hour`: its number among the peer's.
    bool solve(std::size_t hour, double tolerance) {
        for (int step = 0; step <= 20; ++step) {
            const double worst = mismatch(hour);
            if (worst < tolerance) {
                return true;
            }
            if (!std::isfinite(worst)) {
                return false;
            }
            assemble();
            if (numeric_ == nullptr) {
                numeric_ =
                    klu_factor(begin_.data(), row_.data(), value_.data(), symbolic_, &common_);
            } else {
                klu_refactor(begin_.data(), row_.data(), value_.data(), symbolic_, numeric_,
                             &common_);
            }
            klu_solve(symbolic_, numeric_, unknowns_, 1, rhs_.data(), &common_);
            move();
        }
        return false;
    }
    [[nodiscard]] const std::vector<Complex>& voltages() const { return v_; }

private:
    /// Places of the derivatives of P and Q by angle and magnitude; -1: none.
    struct Entry {
        int pa = -1, pm = -1, qa = -1, qm = -1;
    };

    void make_pattern() {
        std::vector<std::vector<std::pair<int, int*>>> columns(static_cast<std::size_t>(unknowns_));
        entry_.resize(p_.column.size());
        const auto put = [&](int row, int column, int& place) {
            if (row >= 0 && column >= 0) {
                columns[static_cast<std::size_t>(column)].emplace_back(row, &place);
            }
        };
        for (std::size_t i = 0; i < p_.buses; ++i) {
            for (auto e = first(i); e < last(i); ++e) {
                const auto k = static_cast<std::size_t>(p_.column[e]);
                put(angle_[i], angle_[k], entry_[e].pa);
                put(angle_[i], magnitude_[k], entry_[e].pm);
                put(magnitude_[i], angle_[k], entry_[e].qa);
                put(magnitude_[i], magnitude_[k], entry_[e].qm);
            }
        }
        begin_.push_back(0);
        for (auto& column : columns) {
            std::sort(column.begin(), column.end());
            for (const auto& [row, place] : column) {
                *place = static_cast<int>(row_.size());
                row_.push_back(row);
            }
            begin_.push_back(static_cast<int>(row_.size()));
        }
        value_.resize(row_.size());
        rhs_.resize(static_cast<std::size_t>(unknowns_));
        power_.resize(p_.buses);
    }
    [[nodiscard]] std::size_t first(std::size_t i) const {
        return static_cast<std::size_t>(p_.row_begin[i]);
    }
    [[nodiscard]] std::size_t last(std::size_t i) const {
        return static_cast<std::size_t>(p_.row_begin[i + 1]);
    }

    double mismatch(std::size_t hour) {
        double worst = 0.0;
        const auto take = [&](int at, double x) {
            if (at >= 0) {
                rhs_[static_cast<std::size_t>(at)] = x;
                worst = std::isfinite(x) ? std::max(worst, std::abs(x)) : x;
            }
        };
        for (std::size_t i = 0; i < p_.buses; ++i) {
            Complex current = 0.0;
            for (auto e = first(i); e < last(i); ++e) {
                current += times(p_.g[e], p_.b[e], v_[static_cast<std::size_t>(p_.column[e])]);
            }
            power_[i] = {v_[i].real() * current.real() + v_[i].imag() * current.imag(),
                         v_[i].imag() * current.real() - v_[i].real() * current.imag()};
            take(angle_[i], p_.peer_p[hour * p_.buses + i] - power_[i].real());
            take(magnitude_[i], p_.peer_q[hour * p_.buses + i] - power_[i].imag());
        }
        return worst;
    }
    static Complex times(double g, double b, const Complex& v) {
        return {g * v.real() - b * v.imag(), g * v.imag() + b * v.real()};
    }

    void assemble() {
        const auto set = [&](int at, double x) {
            if (at >= 0) {
                value_[static_cast<std::size_t>(at)] = x;
            }
        };
        for (std::size_t i = 0; i < p_.buses; ++i) {
            for (auto e = first(i); e < last(i); ++e) {
                const auto k = static_cast<std::size_t>(p_.column[e]);
                const Complex c = times(p_.g[e], p_.b[e], v_[k]);
                const double t = v_[i].real() * c.real() + v_[i].imag() * c.imag();
                const double u = v_[i].imag() * c.real() - v_[i].real() * c.imag();
                const Complex own = k == i ? power_[i] : Complex(0.0);
                set(entry_[e].pa, u - own.imag());
                set(entry_[e].pm, t + own.real());
                set(entry_[e].qa, own.real() - t);
                set(entry_[e].qm, u + own.imag());
            }
        }
    }
    void move() {
        for (std::size_t i = 0; i < p_.buses; ++i) {
            if (angle_[i] >= 0) {
                v_[i] *= std::polar(1.0, rhs_[static_cast<std::size_t>(angle_[i])]);
            }
            if (magnitude_[i] >= 0) {
                v_[i] *= 1.0 + rhs_[static_cast<std::size_t>(magnitude_[i])];
            }
        }
    }

    const AcProblem& p_;
    std::vector<int> angle_, magnitude_;
    int unknowns_ = 0;
    std::vector<Complex> v_, power_;
    std::vector<Entry> entry_;
    std::vector<int> begin_, row_;
    std::vector<double> value_, rhs_;
    klu_common common_{};
    klu_symbolic* symbolic_ = nullptr;
    klu_numeric* numeric_ = nullptr;
};

} // namespace

std::size_t klu_newton(const AcProblem& problem, double tolerance, std::vector<double>& voltages) {
    KluNewton newton(problem);
    voltages.resize(problem.peer_hours.size() * problem.buses * 2);
    std::size_t solved = 0;
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t k = 0; k < problem.peer_hours.size(); ++k) {
        const bool done = newton.solve(k, tolerance);
        solved += done ? 1 : 0;
        for (std::size_t i = 0; i < problem.buses; ++i) {
            voltages[(k * problem.buses + i) * 2] = done ? newton.voltages()[i].real() : nan;
            voltages[(k * problem.buses + i) * 2 + 1] = done ? newton.voltages()[i].imag() : nan;
        }
        if (!done) {
            newton.start_anew();
        }
    }
    return solved;
}

} // namespace longyang::bench
