// The spamfilter's part in one Pass, as libs/stage performs it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "spamfilter/assessment.hpp"
#include "stage/observer.hpp"

namespace scop::spamfilter {

class Labelling final : public stage::Observer {
 public:
  explicit Labelling(Desk& desk) : desk_(desk), gathered_(desk.memory, desk.settings.examined) {}

  Task<stage::Stepped<v1::Envelope>> envelope(v1::Envelope envelope) override;
  Task<stage::Stepped<>> data(std::string_view chunk) override;
  Task<stage::Stepped<v1::Findings>> finish(v1::Findings findings) override;
  std::vector<std::pair<std::string_view, std::string>> notes() const override;

 private:
  Task<stage::Stepped<>> ask_clamd();
  void add_to(v1::Findings& findings, const Ruling& ruling) const;
  void remember(const Assessed& assessed) const;

  Desk& desk_;
  Gathered gathered_;
  std::unique_ptr<Scan> scan_;
  std::vector<std::string> recipients_;
  std::vector<std::string> observations_;
  std::string client_;
  std::string reverse_path_;
  std::string virus_;
  std::string label_;
  double score_ = 0.5;
};

}  // namespace scop::spamfilter
