# nix build ./assets/packaging       builds the program with its manual and completions
# nix develop ./assets/packaging     a shell with what the build and the tests want
{
  description = "A terminal workbench: plain English becomes announced, gated, executed and logged commands";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { nixpkgs, ... }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "x86_64-darwin"
        "aarch64-darwin"
      ];
      each = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
      source = ../..;
      manifest = (nixpkgs.lib.importTOML (source + "/Cargo.toml")).package;
    in
    {
      packages = each (pkgs: {
        default = pkgs.rustPlatform.buildRustPackage {
          pname = manifest.name;
          version = manifest.version;
          src = source;
          cargoLock.lockFile = source + "/Cargo.lock";
          nativeBuildInputs = [ pkgs.installShellFiles ];
          # The tests want real shells, engines and a writable home: .ci/run gives them those.
          doCheck = false;
          postInstall = ''
            bash assets/packaging/generate "$out/bin/devops-agent" "$PWD/package-files"
            installManPage package-files/man/*.1
            installShellCompletion --bash --name devops-agent package-files/completions/devops-agent
            installShellCompletion --zsh --name _devops-agent package-files/completions/_devops-agent
            installShellCompletion --fish package-files/completions/devops-agent.fish
          '';
          meta = {
            inherit (manifest) description;
            license = nixpkgs.lib.licenses.mit;
            mainProgram = "devops-agent";
          };
        };
      });

      devShells = each (pkgs: {
        default = pkgs.mkShell {
          packages = with pkgs; [
            cargo
            clippy
            rustfmt
            rustc
            git
            zsh
            fish
            tmux
            groff
          ];
        };
      });
    };
}
