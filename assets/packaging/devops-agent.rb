# A formula for Homebrew, for a tap: copy it to Formula/devops-agent.rb there, and put in the address and the hash of
# the release's source archive (shasum -a 256 of it).
class DevopsAgent < Formula
  desc "Terminal workbench: plain English becomes announced, gated, logged commands"
  homepage "https://example.org/devops-agent"
  url "https://example.org/devops-agent/archive/v0.1.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "MIT"

  depends_on "rust" => :build

  def install
    system "cargo", "install", *std_cargo_args
    generate_completions_from_executable(bin/"devops-agent", "completions")
    system bin/"devops-agent", "man", "man1"
    man1.install Dir["man1/*.1"]
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/devops-agent --version")
    assert_match "tier     destructive", shell_output("#{bin}/devops-agent check -- rm -rf /")
  end
end
