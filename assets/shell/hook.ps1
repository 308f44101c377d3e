# Tells the workbench around this shell what runs: prompt, command, exit code, directory.
# Wraps the prompt and the reader of lines; adds functions named __da_* and `private`.

$Global:__da = @{ Nonce = '@NONCE@'; N = 0; Private = ''; Prompt = $function:prompt; Reader = $null; Last = -1 }

function Global:__da_escape([string]$Text) {
    [regex]::Replace($Text, '[\x00-\x1f\x7f;\\]', {
        param($found)
        $letter = $found.Value
        if ($letter -eq '\') { '\\' } else { '\x{0:x2}' -f [int][char]$letter }
    })
}

function Global:__da_mark([string]$What) {
    $Global:__da.N += 1
    "$([char]27)]7717;$($Global:__da.Nonce);$($Global:__da.N);$PID;$What$([char]7)"
}

function Global:private([string]$State) {
    switch ($State) {
        'on' { $Global:__da.Private = 'p' }
        'off' { $Global:__da.Private = '' }
        default { Write-Error 'private on: commands are logged without content; private off: with it again' }
    }
}

function Global:prompt {
    $ok = $?
    $code = $Global:LASTEXITCODE
    # The exit code stands from the last program: it is this command's only where the command failed or left it 0.
    if ($ok) { $status = 0 } elseif ($code) { $status = $code } else { $status = 1 }
    $where = __da_escape $ExecutionContext.SessionState.Path.CurrentLocation.ProviderPath
    $shown = (__da_mark "A;$status;$($Global:__da.Private);$where")
    $shown += (& $Global:__da.Prompt)
    $shown += (__da_mark 'B')
    $Global:LASTEXITCODE = $code
    $shown
}

if (Get-Command PSConsoleHostReadLine -ErrorAction SilentlyContinue) {
    $Global:__da.Reader = $function:PSConsoleHostReadLine
    function Global:PSConsoleHostReadLine {
        $line = & $Global:__da.Reader
        if ($Global:__da.Private) {
            [Console]::Write((__da_mark 'C;p'))
        } else {
            [Console]::Write((__da_mark "C;s;$(__da_escape $line)"))
        }
        $line
    }
}

[Console]::Write((__da_mark 'H;pwsh'))
