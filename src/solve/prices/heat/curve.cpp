#include "solve/prices/heat/curve.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace longyang::solve::prices::heat {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double between(double left_mwh, double left_cny, double right_mwh, double right_cny, double mwh) {
    const double length = right_mwh - left_mwh;
    return length <= 0.0 ? std::min(left_cny, right_cny)
                         : left_cny + (right_cny - left_cny) * ((mwh - left_mwh) / length);
}

/// Reads a curve at contents that rise.
class Reader {
public:
    /// moved_mwh: as if the curve stood so much further up.
    Reader(const Curve& curve, double moved_mwh) : curve_(curve), moved_mwh_(moved_mwh) {}

    double at(double mwh) {
        const double place = mwh - moved_mwh_;
        const std::size_t size = curve_.mwh.size();
        while (next_ < size && curve_.mwh[next_] < place) {
            ++next_;
        }
        if (next_ == size) {
            return size == 0 ? infinity : curve_.cny.back();
        }
        if (next_ == 0) {
            return place < curve_.mwh[0] - same_mwh ? infinity : curve_.cny[0];
        }
        return between(curve_.mwh[next_ - 1], curve_.cny[next_ - 1], curve_.mwh[next_],
                       curve_.cny[next_], place);
    }

private:
    const Curve& curve_;
    double moved_mwh_;
    std::size_t next_ = 0;
};

/// The points of up to three lists in order, one by one.
class Merge {
public:
    struct List {
        const std::vector<double>* mwh = nullptr;
        double moved_mwh = 0.0;
        std::size_t next = 0;
    };
    explicit Merge(std::array<List, 3> lists) : lists_(lists) {}

    /// The next content beyond `last_mwh`; infinity: none.
    double next(double last_mwh) {
        double least = infinity;
        for (List& list : lists_) {
            const std::vector<double>& all = *list.mwh;
            while (list.next < all.size() &&
                   all[list.next] + list.moved_mwh <= last_mwh + same_mwh) {
                ++list.next;
            }
            if (list.next < all.size()) {
                least = std::min(least, all[list.next] + list.moved_mwh);
            }
        }
        return least;
    }

private:
    std::array<List, 3> lists_;
};

} // namespace

void Curve::move(double more_mwh, double more_cny) {
    for (double& value : mwh) {
        value += more_mwh;
    }
    for (double& value : cny) {
        value += more_cny;
    }
}

double Curve::at(double content_mwh) const {
    return Reader(*this, 0.0).at(content_mwh);
}

void Cells::begin(Curve& out) {
    out.clear();
    border_ = 0;
    first_ = 0;
}

/// Keeps what is convex since the last border.
void Cells::add(double mwh, double cny, Curve& out) {
    while (out.mwh.size() >= first_ + 2) {
        const std::size_t last = out.mwh.size() - 1;
        if (between(out.mwh[last - 1], out.cny[last - 1], mwh, cny, out.mwh[last]) >
            out.cny[last]) {
            break;
        }
        out.mwh.pop_back();
        out.cny.pop_back();
    }
    out.add(mwh, cny);
    while (border_ < borders_mwh_.size() && borders_mwh_[border_] < mwh - same_mwh) {
        ++border_;
    }
    if (border_ < borders_mwh_.size() && borders_mwh_[border_] <= mwh + same_mwh) {
        first_ = out.mwh.size() - 1;
    }
}

// With H(z) = from(z) - s z the result is s y + the least H within [y - most, y]. Where neither end
// of this window passes a point, that is the smallest of two straight lines and a constant, so the
// result bends upwards nowhere but at points, at points moved by `most`, and at borders, which are
// put in: between them convexity takes the straight line anyway.
void Cells::take(const Curve& from, double most_mwh, double cny_per_mwh, Curve& out) {
    begin(out);
    if (from.empty()) {
        return;
    }
    Merge places({{{&from.mwh, 0.0, 0}, {&from.mwh, most_mwh, 0}, {&borders_mwh_, 0.0, 0}}});
    Reader here(from, 0.0);
    Reader taken(from, most_mwh);
    waiting_.clear(); // points in the window, of rising H
    std::size_t front = 0;
    std::size_t entered = 0;
    const auto h = [&](std::size_t k) { return from.cny[k] - cny_per_mwh * from.mwh[k]; };
    for (double mwh = from.mwh[0]; mwh <= last_mwh() + same_mwh; mwh = places.next(mwh)) {
        for (; entered < from.mwh.size() && from.mwh[entered] <= mwh; ++entered) {
            while (waiting_.size() > front && h(waiting_.back()) >= h(entered)) {
                waiting_.pop_back();
            }
            waiting_.push_back(entered);
        }
        while (front < waiting_.size() && from.mwh[waiting_[front]] < mwh - most_mwh) {
            ++front;
        }
        double cny = std::min(here.at(mwh), taken.at(mwh) + cny_per_mwh * most_mwh);
        if (front < waiting_.size()) {
            cny = std::min(cny, h(waiting_[front]) + cny_per_mwh * mwh);
        }
        add(mwh, cny, out);
    }
}

void Cells::lower(const Curve& a, const Curve& b, Curve& out) {
    begin(out);
    if (a.empty() && b.empty()) {
        return;
    }
    Merge places({{{&a.mwh, 0.0, 0}, {&b.mwh, 0.0, 0}, {&borders_mwh_, 0.0, 0}}});
    Reader of_a(a, 0.0);
    Reader of_b(b, 0.0);
    double mwh = std::min(a.empty() ? infinity : a.mwh[0], b.empty() ? infinity : b.mwh[0]);
    for (; mwh <= last_mwh() + same_mwh; mwh = places.next(mwh)) {
        add(mwh, std::min(of_a.at(mwh), of_b.at(mwh)), out);
    }
}

} // namespace longyang::solve::prices::heat
